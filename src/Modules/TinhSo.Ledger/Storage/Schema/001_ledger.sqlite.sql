-- Ids are 16 bytes, whose order is that of time; instants are microseconds since 1970.
create table ledger_account (
    id        blob    not null primary key,
    owner     text    not null,
    kind      text    not null,
    rules     integer not null,
    opened_at integer not null,
    batch     integer not null
) strict, without rowid;

create index ledger_account_batch on ledger_account (batch);

-- Beside what moved, each row keeps what stood on both of its accounts right after it, and the position of the row
-- before it on either account: statements and past balances walk from row to row, and no index by account is kept.
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
    debit_before            integer not null,
    debit_debits            integer not null,
    debit_credits           integer not null,
    debit_reserved_debits   integer not null,
    debit_reserved_credits  integer not null,
    credit_before           integer not null,
    credit_debits           integer not null,
    credit_credits          integer not null,
    credit_reserved_debits  integer not null,
    credit_reserved_credits integer not null,
    check (debit <> credit)
) strict;

create unique index ledger_transfer_id on ledger_transfer (id);
-- A reservation is settled once, and a transfer reversed once.
create unique index ledger_transfer_original on ledger_transfer (original) where original is not null;
create index ledger_transfer_expires_at on ledger_transfer (expires_at) where expires_at is not null;

-- One row a batch: its transfers are those behind the batch before, and its hash goes over them, over the accounts
-- that it opened, and over the hash before. Nothing earlier can be changed without changing every later hash.
create table ledger_batch (
    number   integer not null primary key,
    position integer not null,
    hash     blob    not null
) strict;

-- Who may write, and how far the log goes. One row.
create table ledger_owner (
    one       integer not null primary key check (one = 1),
    epoch     integer not null,
    writer    blob,
    batch     integer not null,
    position  integer not null,
    posted_at integer not null
) strict;

insert into ledger_owner (one, epoch, batch, position, posted_at) values (1, 0, 0, 0, 0);

create trigger ledger_transfer_is_not_updated before update on ledger_transfer
begin
    select raise(abort, 'What the ledger has recorded never changes: post a correction instead.');
end;
create trigger ledger_transfer_is_not_deleted before delete on ledger_transfer
begin
    select raise(abort, 'What the ledger has recorded never changes: post a correction instead.');
end;
create trigger ledger_account_is_not_updated before update on ledger_account
begin
    select raise(abort, 'What the ledger has recorded never changes: post a correction instead.');
end;
create trigger ledger_account_is_not_deleted before delete on ledger_account
begin
    select raise(abort, 'What the ledger has recorded never changes: post a correction instead.');
end;
create trigger ledger_batch_is_not_updated before update on ledger_batch
begin
    select raise(abort, 'What the ledger has recorded never changes: post a correction instead.');
end;
create trigger ledger_batch_is_not_deleted before delete on ledger_batch
begin
    select raise(abort, 'What the ledger has recorded never changes: post a correction instead.');
end;
