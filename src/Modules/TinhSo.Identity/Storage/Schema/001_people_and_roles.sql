create table identity_person (
    id            {id}      not null primary key,
    user_name     text      not null unique,
    name          text      not null,
    password_hash text      not null,
    created_at    {instant} not null
);

create table identity_role (
    id         {id}   not null primary key,
    person_id  {id}   not null references identity_person (id),
    role       text   not null,
    unit       text   not null,
    valid_from {date} not null,
    valid_to   {date},
    granted_by text   not null
);

create index identity_role_person on identity_role (person_id);
