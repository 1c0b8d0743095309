create table indicators_definition (
    code      text    not null,
    version   integer not null,
    computes  text    not null,
    body      text    not null,
    loaded_on {date}  not null,
    retired   {flag}  not null,
    primary key (code, version)
);

create table indicators_document (
    name text not null primary key,
    body text not null
);

create table indicators_published (
    id            {id}   not null primary key,
    file          text   not null,
    line          integer not null,
    key           text   not null,
    series        text   not null,
    kind          text   not null,
    group_code    text   not null,
    name_vi       text   not null,
    name_en       text   not null,
    scope         text   not null,
    unit          text   not null,
    value         text   not null,
    bound         text,
    note          text,
    period        text   not null,
    period_from   {date} not null,
    period_to     {date} not null,
    source        text   not null,
    loaded_on     {date} not null,
    superseded_on {date}
);

create table indicators_source (
    id        text not null primary key,
    title     text not null,
    published text not null
);

create table indicators_row (
    id          {id}      not null primary key,
    selection      text      not null,
    source      {id}      not null,
    at          {instant} not null,
    month       text      not null,
    day         {date}    not null,
    place       text      not null,
    class       text      not null,
    channel     text      not null,
    key         text      not null,
    count       integer   not null,
    amount      bigint    not null,
    rank        integer   not null,
    receipt     text,
    mirrored_by {id},
    ended_at    {instant}
);

create index indicators_row_listed on indicators_row (selection, month, at, id);

create index indicators_row_keyed on indicators_row (selection, key);

create table indicators_withdrawal (
    id     {id}      not null primary key,
    source {id}      not null,
    at     {instant} not null
);

create table indicators_receipt (
    transfer_id {id} not null primary key,
    code        text not null
);

create table indicators_rollup (
    id      {id}    not null primary key,
    selection  text    not null,
    month   text    not null,
    place   text    not null,
    class   text    not null,
    channel text    not null,
    feed    text    not null,
    count   bigint  not null,
    amount  bigint  not null,
    changes bigint  not null
);

create index indicators_rollup_listed on indicators_rollup (selection, month);

create table indicators_activity (
    id      {id}   not null primary key,
    selection  text   not null,
    day     {date} not null,
    key     text   not null,
    place   text   not null,
    class   text   not null,
    channel text   not null,
    count   bigint not null,
    changes bigint not null
);

create index indicators_activity_listed on indicators_activity (selection, day, key);
