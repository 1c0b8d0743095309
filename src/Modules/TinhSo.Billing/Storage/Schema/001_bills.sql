create table billing_biller (
    unit     text not null primary key,
    name     text not null,
    prefix   text not null unique,
    payee_id {id} not null
);

create table billing_item (
    code       text not null primary key,
    name_vi    text not null,
    name_en    text not null,
    measure_vi text not null,
    measure_en text not null
);

create table billing_rate (
    id                {id}      not null primary key,
    unit              text      not null,
    item              text      not null references billing_item (code),
    class             text      not null,
    price_per_measure bigint    not null check (price_per_measure >= 0),
    valid_from        {date}    not null,
    valid_to          {date},
    legal_basis       text      not null,
    set_by            text      not null,
    set_at            {instant} not null,
    unique (unit, item, class, valid_from)
);

create table billing_number (
    prefix text    not null,
    year   integer not null,
    last   bigint  not null,
    primary key (prefix, year)
);

create table billing_bill (
    id              {id}      not null primary key,
    number          text      not null unique,
    unit            text      not null references billing_biller (unit),
    customer        text      not null,
    customer_name   text      not null,
    customer_folded text      not null,
    period          text      not null,
    service_code    text      not null,
    place           text,
    lines           text      not null,
    amount          bigint    not null check (amount > 0),
    due_on          {date}    not null,
    state           text      not null,
    issued_at       {instant} not null,
    paid_at         {instant},
    channel         text,
    receipt_code    text,
    pay_code        text      not null
);

create index billing_bill_unit on billing_bill (unit, period, state);
create index billing_bill_customer on billing_bill (customer, period);

create table billing_change (
    id      {id}      not null primary key,
    bill_id {id}      not null references billing_bill (id),
    at      {instant} not null,
    who     text      not null,
    what    text      not null,
    why     text
);

create index billing_change_bill on billing_change (bill_id);
