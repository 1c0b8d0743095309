-- Runs with the ledger's own schema as search path: every name below is inside it.
create table ledger_account (
    id               uuid        not null primary key,
    owner            text        not null,
    kind             text        not null,
    rules            integer     not null,
    opened_at        timestamptz not null,
    debits           bigint      not null check (debits >= 0),
    credits          bigint      not null check (credits >= 0),
    reserved_debits  bigint      not null check (reserved_debits >= 0),
    reserved_credits bigint      not null check (reserved_credits >= 0),
    check (rules & 1 = 0 or debits + reserved_debits <= credits),
    check (rules & 2 = 0 or credits + reserved_credits <= debits)
)
-- Balances change all the time and no index holds them: the room left lets rows be updated in place.
with (fillfactor = 80);

-- Beside what moved, each row keeps what stood on both of its accounts right after it: statements and past
-- balances are then read by one index each, and no sum over an account's whole history is ever taken.
create table ledger_transfer (
    position                bigint      not null primary key,
    id                      uuid        not null,
    kind                    text        not null,
    debit                   uuid        not null,
    credit                  uuid        not null,
    amount                  bigint      not null check (amount > 0),
    code                    text        not null,
    channel                 text        not null,
    place                   text,
    reference               text,
    original                uuid,
    expires_at              timestamptz,
    posted_at               timestamptz not null,
    debit_debits            bigint      not null,
    debit_credits           bigint      not null,
    debit_reserved_debits   bigint      not null,
    debit_reserved_credits  bigint      not null,
    credit_debits           bigint      not null,
    credit_credits          bigint      not null,
    credit_reserved_debits  bigint      not null,
    credit_reserved_credits bigint      not null,
    check (debit <> credit)
);

create unique index ledger_transfer_id on ledger_transfer (id);
-- A reservation is settled once, and a transfer reversed once.
create unique index ledger_transfer_original on ledger_transfer (original) where original is not null;
create index ledger_transfer_debit on ledger_transfer (debit, position);
create index ledger_transfer_credit on ledger_transfer (credit, position);
create index ledger_transfer_expires_at on ledger_transfer (expires_at) where expires_at is not null;

-- Who may write, and how far the log goes. One row.
create table ledger_owner (
    one       integer     not null primary key check (one = 1),
    epoch     bigint      not null,
    position  bigint      not null,
    posted_at timestamptz not null,
    newest_id uuid        not null
)
with (fillfactor = 50);

insert into ledger_owner (one, epoch, position, posted_at, newest_id)
values (1, 0, 0, '1970-01-01 00:00:00Z', '00000000-0000-0000-0000-000000000000');

-- The first statement of every batch: fails, and the whole batch with it, when another writer has taken over.
create function ledger_advance(
    held_epoch bigint, from_position bigint, to_position bigint, at timestamptz, newest uuid)
returns void language plpgsql as $$
begin
    update ledger_owner set position = to_position, posted_at = at, newest_id = newest
    where epoch = held_epoch and position = from_position;
    if not found then
        raise exception 'The ledger has another writer.' using errcode = 'TS001';
    end if;
end $$;

create function ledger_refuse_change() returns trigger language plpgsql as $$
begin
    raise exception 'What the ledger has recorded never changes: post a correction instead.';
end $$;

create trigger ledger_transfer_stands before update or delete or truncate on ledger_transfer
    for each statement execute function ledger_refuse_change();
create trigger ledger_account_stands before delete or truncate on ledger_account
    for each statement execute function ledger_refuse_change();
create trigger ledger_account_keeps_its_terms before update of id, owner, kind, rules, opened_at on ledger_account
    for each statement execute function ledger_refuse_change();
