-- How nodes that do not write pass orders to the one that does, and get the answers. Neither is the truth of anything:
-- what is lost here was not answered, and is asked again by the same ids. So neither is written to the server's log.
create unlogged table ledger_passed (
    number    bigint      not null primary key generated always as identity,
    id        uuid        not null,
    node      uuid        not null,
    orders    bytea       not null,
    passed_at timestamptz not null default now()
);

create unlogged table ledger_answered (
    letter      uuid        not null primary key,
    node        uuid        not null,
    answers     bytea       not null,
    answered_at timestamptz not null default now()
);
