-- How a session was proved to be its person's; those from before by a password alone.
alter table identity_session add column proof text not null default 'Password';

-- A key that a person's device or password manager keeps; only its public half is here.
create table identity_passkey (
    id                 {id}      not null primary key,
    person_id          {id}      not null references identity_person (id),
    credential_id      text      not null unique,
    name               text      not null,
    public_key         text      not null,
    sign_count         bigint    not null,
    transports         text      not null,
    is_user_verified   {flag}    not null,
    is_backup_eligible {flag}    not null,
    is_backed_up       {flag}    not null,
    created_at         {instant} not null,
    used_at            {instant}
);

create index identity_passkey_person on identity_passkey (person_id);

-- An app that shows a new code every half minute. The pending secret counts once a code of it was typed in.
create table identity_authenticator (
    person_id      {id}    not null primary key references identity_person (id),
    secret         text,
    pending_secret text,
    confirmed_at   {instant},
    last_step      bigint  not null,
    wrong          integer not null,
    wrong_since    {instant}
);

create table identity_recovery_code (
    id        {id}      not null primary key,
    person_id {id}      not null references identity_person (id),
    hash      text      not null,
    made_at   {instant} not null,
    used_at   {instant}
);

create index identity_recovery_code_person on identity_recovery_code (person_id);

-- A step of signing in that was begun in a browser and is to be ended there, once and soon.
create table identity_step (
    id        text      not null primary key,
    kind      text      not null,
    person_id {id}      references identity_person (id),
    data      text      not null,
    ends_at   {instant} not null
);

-- Whom a provider of identities knows a person as.
create table identity_external (
    id        {id}      not null primary key,
    person_id {id}      not null references identity_person (id),
    provider  text      not null,
    subject   text      not null,
    linked_at {instant} not null,
    unique (provider, subject)
);

create index identity_external_person on identity_external (person_id);

-- Names that nobody has are guessed too, and are slowed like the others.
drop table identity_guess;
create table identity_guess (
    subject {id}      not null primary key,
    wrong   integer   not null,
    since   {instant} not null
);

create index identity_guess_since on identity_guess (since);
