-- Who takes money for requests and pays it into a bank account later: an acquirer of cards, a wallet, a chain of counters.
create table payments_partner (
    id          {id}      not null primary key,
    code        text      not null unique,
    name_vi     text      not null,
    name_en     text      not null,
    kind        text      not null,
    unit        text      not null,
    active_from {date}    not null,
    active_to   {date},
    set_by      text      not null,
    set_at      {instant} not null,
    version     bigint    not null
);

-- What a partner has reported of one settlement day.
create table payments_partner_file (
    id          {id}      not null primary key,
    partner_id  {id}      not null references payments_partner (id),
    day         {date}    not null,
    file_name   text      not null,
    digest      text,
    state       text      not null,
    lines       integer   not null,
    total       bigint    not null check (total >= 0),
    bad_lines   integer   not null,
    good_total  bigint    not null check (good_total >= 0),
    fees        bigint    not null check (fees >= 0),
    uploaded_by text      not null,
    uploaded_at {instant} not null,
    decided_by  text,
    decided_at  {instant},
    finished_at {instant},
    version     bigint    not null,
    unique (partner_id, digest)
);

create index payments_partner_file_running on payments_partner_file (decided_at) where state = 'Running';

create table payments_partner_line (
    id             {id}      not null primary key,
    file_id        {id}      not null references payments_partner_file (id),
    line           integer   not null,
    notice_id      {id}      not null,
    transaction_id text      not null,
    request_code   text      not null,
    amount         bigint    not null check (amount > 0),
    fee            bigint    not null check (fee between 0 and amount),
    paid_at        {instant} not null,
    terminal       text,
    state          text      not null,
    unique (file_id, line)
);

-- Of a partner's transaction one line alone becomes money, whichever file it stands in.
create unique index payments_partner_line_once on payments_partner_line (notice_id) where state in ('Kept', 'Decided');
create index payments_partner_line_state on payments_partner_line (file_id, state, line);

create table payments_partner_fault (
    file_id   {id}    not null references payments_partner_file (id),
    line      integer not null,
    field     text    not null,
    reason_vi text    not null,
    reason_en text    not null,
    primary key (file_id, line, field)
);

-- Money that waits counts by the way it came, once its request is found.
alter table payments_suspense add column channel text not null default 'bank-transfer';

create index payments_move_notice on payments_move (notice_id) where notice_id is not null;
