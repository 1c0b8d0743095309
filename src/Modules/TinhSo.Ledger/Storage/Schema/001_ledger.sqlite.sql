-- Ids are 16 bytes, whose order is that of time; instants are microseconds since 1970.
create table ledger_account (
    id               blob    not null primary key,
    owner            text    not null,
    kind             text    not null,
    rules            integer not null,
    opened_at        integer not null,
    debits           integer not null check (debits >= 0),
    credits          integer not null check (credits >= 0),
    reserved_debits  integer not null check (reserved_debits >= 0),
    reserved_credits integer not null check (reserved_credits >= 0),
    check (rules & 1 = 0 or debits + reserved_debits <= credits),
    check (rules & 2 = 0 or credits + reserved_credits <= debits)
) strict;

-- Beside what moved, each row keeps what stood on both of its accounts right after it: statements and past
-- balances are then read by one index each, and no sum over an account's whole history is ever taken.
create table ledger_transfer (
    position                integer not null primary key,
    id                      blob    not null,
    kind                    text    not null,
    debit                   blob    not null,
    credit                  blob    not null,
    amount                  integer not null check (amount > 0),
    code                    text    not null,
    channel                 text    not null,
    place                   text,
    reference               text,
    original                blob,
    expires_at              integer,
    posted_at               integer not null,
    debit_debits            integer not null,
    debit_credits           integer not null,
    debit_reserved_debits   integer not null,
    debit_reserved_credits  integer not null,
    credit_debits           integer not null,
    credit_credits          integer not null,
    credit_reserved_debits  integer not null,
    credit_reserved_credits integer not null,
    check (debit <> credit)
) strict;

create unique index ledger_transfer_id on ledger_transfer (id);
-- A reservation is settled once, and a transfer reversed once.
create unique index ledger_transfer_original on ledger_transfer (original) where original is not null;
-- The position, being the row's own key, is the last column of each index anyway.
create index ledger_transfer_debit on ledger_transfer (debit);
create index ledger_transfer_credit on ledger_transfer (credit);
create index ledger_transfer_expires_at on ledger_transfer (expires_at) where expires_at is not null;

-- Who may write, and how far the log goes. One row.
create table ledger_owner (
    one       integer not null primary key check (one = 1),
    epoch     integer not null,
    position  integer not null,
    posted_at integer not null,
    newest_id blob    not null
) strict;

insert into ledger_owner (one, epoch, position, posted_at, newest_id) values (1, 0, 0, 0, zeroblob(16));

create trigger ledger_transfer_is_not_updated before update on ledger_transfer
begin
    select raise(abort, 'What the ledger has recorded never changes: post a correction instead.');
end;
create trigger ledger_transfer_is_not_deleted before delete on ledger_transfer
begin
    select raise(abort, 'What the ledger has recorded never changes: post a correction instead.');
end;
create trigger ledger_account_is_not_deleted before delete on ledger_account
begin
    select raise(abort, 'What the ledger has recorded never changes: post a correction instead.');
end;
create trigger ledger_account_keeps_its_terms before update of id, owner, kind, rules, opened_at on ledger_account
begin
    select raise(abort, 'What the ledger has recorded never changes: post a correction instead.');
end;
