-- Systems of other organisations that call the API by themselves. What they may do stands with them: they hold no roles.
create table identity_client (
    id           {id}      not null primary key,
    name         text      not null,
    organisation text      not null,
    unit         text      not null,
    scopes       text      not null,
    public_key   text,
    created_at   {instant} not null,
    created_by   text      not null,
    ended_at     {instant},
    ended_by     text
);

-- The key itself is shown once and kept nowhere.
create table identity_client_key (
    id           {id}      not null primary key,
    client_id    {id}      not null references identity_client (id),
    hash         text      not null,
    created_at   {instant} not null,
    created_by   text      not null,
    expires_at   {instant} not null,
    last_used_at {instant},
    ended_at     {instant},
    ended_by     text
);

create index identity_client_key_client on identity_client_key (client_id);

-- Signatures that were accepted and could still be sent again.
create table identity_client_signature (
    client_id  {id}      not null references identity_client (id),
    hash       text      not null,
    kept_until {instant} not null,
    primary key (client_id, hash)
);
