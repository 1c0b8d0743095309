create table kernel_fact (
    id          {id}      not null primary key,
    name        text      not null,
    body        text      not null,
    occurred_at {instant} not null
);

create table kernel_fact_delivery (
    fact_id    {id}      not null references kernel_fact (id),
    subscriber text      not null,
    attempts   integer   not null default 0,
    due_at     {instant} not null,
    done_at    {instant},
    last_error text,
    primary key (fact_id, subscriber)
);

create index kernel_fact_delivery_due on kernel_fact_delivery (subscriber, due_at, fact_id) where done_at is null;

create table kernel_cursor (
    name     text   not null primary key,
    position bigint not null
);

create table kernel_idempotency (
    caller     text      not null,
    key        text      not null,
    request    text      not null,
    status     integer,
    content_type text,
    body       text,
    created_at {instant} not null,
    primary key (caller, key)
);
