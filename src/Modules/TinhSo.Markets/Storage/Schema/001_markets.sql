create table markets_market (
    id            {id}      not null primary key,
    name          text      not null,
    folded        text      not null,
    prefix        text      not null unique,
    place         text,
    points        integer,
    building      text      not null,
    class         integer   not null,
    digital_since {date},
    demo          {flag}    not null,
    source        text      not null,
    payee_id      {id},
    changed_at    {instant} not null
);

create table markets_trader (
    id             {id}      not null primary key,
    name           text      not null,
    folded         text      not null,
    kind           text      not null,
    tax_code       text,
    phone          text,
    bank_bin       text,
    account_number text,
    account_name   text,
    payee_id       {id},
    demo           {flag}    not null,
    created_at     {instant} not null
);

create table markets_stall (
    id         {id}      not null primary key,
    market_id  {id}      not null references markets_market (id),
    code       text      not null,
    zone       text      not null,
    goods      text      not null,
    area_cm2   bigint    not null check (area_cm2 > 0),
    trader_id  {id}      references markets_trader (id),
    sign_id    {id},
    changed_at {instant} not null,
    unique (market_id, code)
);

create index markets_stall_trader on markets_stall (trader_id);

create table markets_tenancy (
    id         {id}   not null primary key,
    stall_id   {id}   not null references markets_stall (id),
    trader_id  {id}   not null references markets_trader (id),
    contract   text,
    valid_from {date} not null,
    valid_to   {date},
    signed_by  text   not null
);

create index markets_tenancy_stall on markets_tenancy (stall_id);

create table markets_meter (
    id       {id} not null primary key,
    stall_id {id} not null references markets_stall (id),
    item     text not null,
    serial   text not null,
    unique (stall_id, item)
);

create table markets_reading (
    id       {id}      not null primary key,
    meter_id {id}      not null references markets_meter (id),
    period   text      not null,
    value    bigint    not null check (value >= 0),
    read_at  {instant} not null,
    read_by  text      not null,
    unique (meter_id, period)
);

create table markets_bill_run (
    id          {id}      not null primary key,
    market_id   {id}      not null references markets_market (id),
    period      text      not null,
    due_on      {date}    not null,
    state       text      not null,
    total       integer   not null,
    done        integer   not null,
    after_code  text      not null,
    issued      integer   not null,
    left_out    text      not null,
    fault_vi    text,
    fault_en    text,
    started_at  {instant} not null,
    started_by  text      not null,
    finished_at {instant},
    unique (market_id, period)
);

create table markets_sign (
    id         {id}      not null primary key,
    stall_id   {id}      not null references markets_stall (id),
    trader_id  {id}      not null references markets_trader (id),
    code       text      not null,
    payload    text      not null,
    signature  text      not null,
    issued_at  {instant} not null,
    issued_by  text      not null,
    revoked_at {instant}
);

create index markets_sign_code on markets_sign (code);
