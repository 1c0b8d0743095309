-- Runs with the ledger's own schema as search path: every name below is inside it.
create table ledger_account (
    id        uuid        not null primary key,
    owner     text        not null,
    kind      text        not null,
    rules     integer     not null,
    opened_at timestamptz not null,
    batch     bigint      not null
);

create index ledger_account_batch on ledger_account (batch);

-- Beside what moved, each row keeps what stood on both of its accounts right after it, and the position of the row
-- before it on either account: statements and past balances walk from row to row, and no index by account is kept.
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
    debit_before            bigint      not null,
    debit_debits            bigint      not null,
    debit_credits           bigint      not null,
    debit_reserved_debits   bigint      not null,
    debit_reserved_credits  bigint      not null,
    credit_before           bigint      not null,
    credit_debits           bigint      not null,
    credit_credits          bigint      not null,
    credit_reserved_debits  bigint      not null,
    credit_reserved_credits bigint      not null,
    check (debit <> credit)
);

create unique index ledger_transfer_id on ledger_transfer (id);
-- A reservation is settled once, and a transfer reversed once.
create unique index ledger_transfer_original on ledger_transfer (original) where original is not null;
create index ledger_transfer_expires_at on ledger_transfer (expires_at) where expires_at is not null;

-- One row a batch: its transfers are those behind the batch before, and its hash goes over them, over the accounts
-- that it opened, and over the hash before. Nothing earlier can be changed without changing every later hash.
create table ledger_batch (
    number   bigint not null primary key,
    position bigint not null,
    hash     bytea  not null
);

-- Who may write, and how far the log goes. One row.
create table ledger_owner (
    one       integer     not null primary key check (one = 1),
    epoch     bigint      not null,
    writer    uuid,
    batch     bigint      not null,
    position  bigint      not null,
    posted_at timestamptz not null
)
with (fillfactor = 50);

insert into ledger_owner (one, epoch, batch, position, posted_at) values (1, 0, 0, 0, '1970-01-01 00:00:00Z');

-- The first statement of every batch: fails, and the whole batch with it, when another writer has taken over.
create function ledger_advance(
    held_epoch bigint, from_batch bigint, from_position bigint, to_position bigint, at timestamptz)
returns void language plpgsql as $$
begin
    update ledger_owner set batch = from_batch + 1, position = to_position, posted_at = at
    where epoch = held_epoch and batch = from_batch and position = from_position;
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
create trigger ledger_account_stands before update or delete or truncate on ledger_account
    for each statement execute function ledger_refuse_change();
create trigger ledger_batch_stands before update or delete or truncate on ledger_batch
    for each statement execute function ledger_refuse_change();

-- Written behind: what stood on each account at its last row that has been taken in, for a start and a reader to
-- begin from. All of it follows from the log.
create table ledger_balance (
    account          uuid   not null primary key,
    kind             text   not null,
    last             bigint not null,
    entries          bigint not null,
    debits           bigint not null check (debits >= 0),
    credits          bigint not null check (credits >= 0),
    reserved_debits  bigint not null check (reserved_debits >= 0),
    reserved_credits bigint not null check (reserved_credits >= 0)
)
-- Balances change all the time and no index holds them: the room left lets rows be updated in place.
with (fillfactor = 80);

-- Every so many rows of an account, one position to begin a walk from.
create table ledger_mark (
    account  uuid   not null,
    position bigint not null,
    primary key (account, position)
);

-- Up to which position all of that has been taken in. One row.
create table ledger_behind (
    one      integer not null primary key check (one = 1),
    position bigint  not null
)
with (fillfactor = 50);

insert into ledger_behind (one, position) values (1, 0);
