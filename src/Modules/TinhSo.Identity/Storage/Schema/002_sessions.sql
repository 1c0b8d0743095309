-- One row a sign-in. Ended when its person or an administrator ends it; a browser or program that comes with an ended
-- one is not signed in.
create table identity_session (
    id         {id}      not null primary key,
    person_id  {id}      not null references identity_person (id),
    kind       text      not null,
    origin     text,
    device     text,
    started_at {instant} not null,
    seen_at    {instant} not null,
    ends_at    {instant} not null,
    ended_at   {instant},
    ended_by   text
);

create index identity_session_person on identity_session (person_id, ends_at);

-- How often somebody's password was guessed wrongly, since when.
create table identity_guess (
    person_id {id}      not null primary key references identity_person (id),
    wrong     integer   not null,
    since     {instant} not null
);
