create table billing_webhook (
    id                 {id}      not null primary key,
    unit               text      not null references billing_biller (unit),
    name               text      not null,
    url                text      not null,
    events             text      not null,
    secret             text      not null,
    old_secret         text,
    old_secret_ends_at {instant},
    created_at         {instant} not null,
    created_by         text      not null,
    paused_at          {instant},
    ended_at           {instant}
);

create index billing_webhook_unit on billing_webhook (unit);

create table billing_webhook_message (
    id           {id}      not null primary key,
    webhook_id   {id}      not null references billing_webhook (id),
    event        text      not null,
    subject      text      not null,
    body         text      not null,
    created_at   {instant} not null,
    state        text      not null,
    due_at       {instant} not null,
    attempts     integer   not null,
    delivered_at {instant}
);

create index billing_webhook_message_due on billing_webhook_message (due_at) where state = 'Waiting';
create index billing_webhook_message_list on billing_webhook_message (webhook_id, created_at);

create table billing_webhook_attempt (
    id           {id}      not null primary key,
    message_id   {id}      not null references billing_webhook_message (id),
    at           {instant} not null,
    status       integer,
    fault        text,
    milliseconds integer   not null
);

create index billing_webhook_attempt_message on billing_webhook_attempt (message_id);
