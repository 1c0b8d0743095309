create table places_unit (
    code        text   not null primary key,
    name_vi     text   not null,
    name_en     text   not null,
    kind        text   not null,
    valid_from  {date} not null,
    valid_to    {date},
    legal_basis text   not null,
    check (valid_to is null or valid_to >= valid_from)
);

create table places_shape (
    code     text not null primary key,
    geometry text not null
);
