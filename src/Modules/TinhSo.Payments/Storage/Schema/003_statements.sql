-- A bank account whose statements are read: one row, under whose lock its entries are matched and its days closed.
create table payments_book (
    id             {id}      not null primary key,
    bank_bin       text      not null,
    account_number text      not null,
    last_day       {date},
    starts_on      {date},
    closed_until   {date},
    version        bigint    not null
);

create table payments_statement (
    id           {id}      not null primary key,
    book_id      {id}      not null references payments_book (id),
    kind         text      not null,
    reference    text      not null,
    content_hash text      not null,
    file_name    text      not null,
    from_day     {date}    not null,
    to_day       {date}    not null,
    opening      bigint,
    closing      bigint,
    credits      bigint    not null check (credits >= 0),
    debits       bigint    not null check (debits >= 0),
    entries      integer   not null,
    pending      integer   not null,
    imported_by  text      not null,
    imported_at  {instant} not null,
    unique (book_id, kind, reference)
);

create index payments_statement_days on payments_statement (book_id, to_day);

create table payments_entry (
    id             {id}      not null primary key,
    statement_id   {id}      not null references payments_statement (id),
    book_id        {id}      not null,
    counts         {flag}    not null,
    line           integer   not null,
    day            {date}    not null,
    booked_on      {date}    not null,
    banked_at      {instant},
    amount         bigint    not null check (amount > 0),
    is_debit       {flag}    not null,
    bank_reference text,
    memo           text      not null,
    payer_name     text,
    payer_account  text,
    payer_bank     text,
    state          text      not null,
    cause          text,
    notice_id      {id},
    move_id        {id},
    told_by        {id},
    settled_by     text,
    settled_at     {instant},
    version        bigint    not null
);

create index payments_entry_statement on payments_entry (statement_id, line);
create index payments_entry_day on payments_entry (book_id, day, line);
create index payments_entry_open on payments_entry (book_id, day) where state = 'Open';
create index payments_entry_like on payments_entry (book_id, amount, booked_on);
create index payments_entry_reference on payments_entry (book_id, bank_reference);

create table payments_acceptance (
    id          {id}      not null primary key,
    book_id     {id}      not null references payments_book (id),
    day         {date}    not null,
    entry_id    {id},
    notice_id   {id},
    move_id     {id},
    way         text      not null,
    change      bigint    not null,
    until       {date},
    reason      text      not null,
    state       text      not null,
    proposed_by text      not null,
    proposed_at {instant} not null,
    approved_by text,
    approved_at {instant},
    done_at     {instant},
    check (approved_by is null or approved_by <> proposed_by)
);

create index payments_acceptance_day on payments_acceptance (book_id, day);

create table payments_closing (
    id             {id}      not null primary key,
    book_id        {id}      not null references payments_book (id),
    kind           text      not null,
    day            {date}    not null,
    bank_opening   bigint    not null,
    bank_closing   bigint    not null,
    credits        bigint    not null,
    debits         bigint    not null,
    ledger_balance bigint    not null,
    posted_later   bigint    not null,
    shown_later    bigint    not null,
    carried        bigint    not null,
    change         bigint    not null,
    reason         text      not null,
    state          text      not null,
    proposed_by    text      not null,
    proposed_at    {instant} not null,
    approved_by    text,
    approved_at    {instant},
    done_at        {instant},
    check (approved_by is null or approved_by <> proposed_by)
);

create index payments_closing_day on payments_closing (book_id, day);

-- How a bank's own CSV is read.
create table payments_csv_format (
    id           {id}      not null primary key,
    name         text      not null unique,
    separator    text      not null,
    date_column  text      not null,
    date_format  text      not null,
    amount_column text,
    credit_column text,
    debit_column text,
    reference_column text,
    memo_column  text,
    payer_column text,
    decimal_sign text      not null,
    set_by       text      not null,
    set_at       {instant} not null
);

alter table payments_notice add column bank_trace text;
alter table payments_notice add column shown_on {date};
alter table payments_notice add column entry_id {id};

create index payments_notice_banked on payments_notice (account_number, received_at);

alter table payments_move add column posted_at {instant};
alter table payments_move add column shown_on {date};

-- What was settled before is dated by what came of it.
update payments_move set posted_at = (
    select p.received_at from payments_payment p where p.transfer_id = payments_move.id)
where purpose in ('Payment', 'Assign') and state = 'Settled';
update payments_move set posted_at = (
    select s.arrived_at from payments_suspense s where s.id = payments_move.subject_id)
where purpose = 'Suspense' and state = 'Settled';
update payments_move set posted_at = (
    select a.done_at from payments_suspense_action a where a.id = payments_move.subject_id)
where purpose = 'Return' and state = 'Settled';
update payments_move set posted_at = (
    select r.refunded_at from payments_refund r where r.id = payments_move.subject_id)
where purpose = 'Refund' and state = 'Settled';

create index payments_move_money on payments_move (money_account, posted_at);
