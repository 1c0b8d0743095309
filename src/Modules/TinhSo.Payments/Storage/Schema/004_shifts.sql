-- A collector's till: one row, under whose lock everything that touches its cash is decided.
create table payments_till (
    id      {id}   not null primary key,
    version bigint not null
);

-- Who took cash before shifts came has a till already.
insert into payments_till (id, version)
select distinct debit, 0 from payments_move
where purpose = 'Payment' and channel = 'cash' and request_id is not null;

create table payments_shift (
    id             {id}      not null primary key,
    till_id        {id}      not null references payments_till (id),
    unit           text      not null,
    collected_by   text      not null,
    collector_name text      not null,
    opening_float  bigint    not null check (opening_float >= 0),
    state          text      not null,
    opened_at      {instant} not null,
    count_id       {id},
    receiver_name  text,
    closed_at      {instant}
);

-- A collector has at most one shift that is not over.
create unique index payments_shift_active on payments_shift (till_id)
where state <> 'HandedOver' and state <> 'Cancelled';
create index payments_shift_till on payments_shift (till_id, opened_at);
create index payments_shift_unit on payments_shift (unit, opened_at);
create index payments_shift_opened on payments_shift (opened_at, id);

-- What two people sign in a shift: the float at its beginning, and each count that was ever given.
create table payments_shift_step (
    id          {id}      not null primary key,
    shift_id    {id}      not null references payments_shift (id),
    kind        text      not null,
    amount      bigint    not null check (amount >= 0),
    expected    bigint    check (expected >= 0),
    reason      text,
    answer      text,
    state       text      not null,
    proposed_by text      not null,
    proposed_at {instant} not null,
    approved_by text,
    approved_at {instant},
    done_at     {instant},
    check (approved_by is null or approved_by <> proposed_by)
);

create index payments_shift_step_shift on payments_shift_step (shift_id, proposed_at);

create table payments_shift_note (
    step_id {id}    not null references payments_shift_step (id),
    value   bigint  not null check (value > 0),
    pieces  integer not null check (pieces > 0),
    primary key (step_id, value)
);

alter table payments_move add column shift_id {id};
alter table payments_payment add column shift_id {id};

create index payments_move_shift on payments_move (shift_id) where shift_id is not null;
create index payments_payment_shift on payments_payment (shift_id, received_at) where shift_id is not null;
