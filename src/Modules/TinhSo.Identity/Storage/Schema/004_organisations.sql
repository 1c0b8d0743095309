-- Who represents an organisation stands in identity_role: the role 'representative' at the unit 'organisation:<id>'.
create table identity_organisation (
    id         {id}      not null primary key,
    tax_code   text      not null unique,
    name       text      not null,
    folded     text      not null,
    kind       text      not null,
    commune    text,
    address    text,
    valid_from {date}    not null,
    valid_to   {date},
    created_at {instant} not null
);

create index identity_organisation_name on identity_organisation (folded, id);
create index identity_role_unit on identity_role (unit, role);
