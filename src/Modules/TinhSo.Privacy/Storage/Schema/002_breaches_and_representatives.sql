create table privacy_breach (
    id          {id}      not null primary key,
    found_at    {instant} not null,
    what        text      not null,
    which       text      not null,
    people      integer   not null check (people >= 0),
    measures    text      not null,
    state       text      not null,
    notify_by   {instant} not null,
    basis       text      not null,
    notified_at {instant},
    notified_to text,
    closed_at   {instant},
    lessons     text,
    opened_by   text      not null,
    opened_at   {instant} not null
);

create index privacy_breach_state on privacy_breach (state, notify_by);

-- Who consents for somebody who cannot: parents for children, guardians.
create table privacy_representation (
    id                {id}      not null primary key,
    person_id         {id}      not null,
    representative_id {id}      not null,
    kind              text      not null,
    valid_from        {date}    not null,
    valid_to          {date},
    proof             text      not null,
    made_by           text      not null,
    made_at           {instant} not null,
    check (person_id <> representative_id)
);

create index privacy_representation_person on privacy_representation (person_id);
create index privacy_representation_representative on privacy_representation (representative_id);
