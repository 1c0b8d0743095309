create table payments_payee (
    id             {id}      not null primary key,
    unit           text      not null,
    name           text      not null,
    bank_bin       text      not null,
    account_number text      not null,
    account_name   text      not null,
    registered_at  {instant} not null
);

create index payments_payee_account on payments_payee (account_number);

-- One name space for requests and standing codes, so that what stands in a memo means one thing only.
create table payments_code (
    code       text not null primary key,
    request_id {id},
    point_id   {id}
);

create table payments_request (
    id           {id}      not null primary key,
    payee_id     {id}      not null,
    code         text      not null unique,
    amount       bigint    not null check (amount > 0),
    service_code text      not null,
    place        text,
    reference    text      not null,
    description  text      not null,
    due_at       {instant} not null,
    state        text      not null,
    payment_id   {id},
    paid_at      {instant},
    receipt_code text,
    opened_by    text      not null,
    opened_at    {instant} not null,
    version      bigint    not null
);

create index payments_request_due on payments_request (due_at, id) where state = 'Open';
create index payments_request_payee on payments_request (payee_id, opened_at);

create table payments_point (
    id           {id}      not null primary key,
    payee_id     {id}      not null,
    code         text      not null unique,
    service_code text      not null,
    place        text,
    reference    text      not null,
    description  text      not null,
    opened_by    text      not null,
    opened_at    {instant} not null
);

create table payments_notice (
    id             {id}      not null primary key,
    provider       text      not null,
    bank_reference text      not null,
    body_hash      text      not null,
    account_number text      not null,
    sub_account    text,
    bank_bin       text,
    amount         bigint    not null,
    memo           text      not null,
    payer_name     text,
    payer_account  text,
    payer_bank     text,
    banked_at      {instant},
    received_at    {instant} not null,
    state          text      not null,
    request_id     {id},
    point_id       {id},
    decided_at     {instant},
    version        bigint    not null,
    unique (provider, bank_reference)
);

create index payments_notice_undecided on payments_notice (received_at) where state = 'Received';

-- Every transfer that this module asks of the ledger, written before it asks: what a crash leaves undone is found here.
create table payments_move (
    id            {id}      not null primary key,
    batch_id      {id}      not null,
    sequence      integer   not null,
    purpose       text      not null,
    debit         {id}      not null,
    credit        {id}      not null,
    amount        bigint    not null check (amount > 0),
    code          text      not null,
    channel       text      not null,
    place         text,
    reference     text      not null,
    subject_id    {id}      not null,
    payee_id      {id},
    request_id    {id},
    point_id      {id},
    notice_id     {id},
    money_account {id}      not null,
    suspense_reason text,
    late          {flag}    not null,
    asked_by      text      not null,
    asked_at      {instant} not null,
    state         text      not null,
    refusal       text,
    settled_at    {instant}
);

create index payments_move_asked on payments_move (asked_at) where state = 'Asked';
create index payments_move_batch on payments_move (batch_id, sequence);

create table payments_payment (
    id            {id}      not null primary key,
    request_id    {id},
    point_id      {id},
    payee_id      {id}      not null,
    amount        bigint    not null check (amount > 0),
    service_code  text      not null,
    channel       text      not null,
    place         text,
    reference     text      not null,
    description   text      not null,
    receipt_code  text      not null unique,
    received_at   {instant} not null,
    received_by   text      not null,
    transfer_id   {id}      not null,
    money_account {id}      not null,
    late          {flag}    not null
);

create index payments_payment_payee on payments_payment (payee_id, received_at);

create table payments_refund (
    id          {id}      not null primary key,
    payment_id  {id}      not null references payments_payment (id),
    amount      bigint    not null check (amount > 0),
    reason      text      not null,
    state       text      not null,
    proposed_by text      not null,
    proposed_at {instant} not null,
    approved_by text,
    approved_at {instant},
    refunded_at {instant},
    check (approved_by is null or approved_by <> proposed_by)
);

create index payments_refund_payment on payments_refund (payment_id);
create index payments_refund_proposed on payments_refund (proposed_at) where state = 'Proposed';

create table payments_suspense (
    id               {id}      not null primary key,
    notice_id        {id}      not null,
    reason           text      not null,
    amount           bigint    not null check (amount > 0),
    request_id       {id},
    account_number   text      not null,
    bank_account     {id}      not null,
    suspense_account {id}      not null,
    state            text      not null,
    arrived_at       {instant} not null,
    version          bigint    not null
);

create index payments_suspense_state on payments_suspense (state, id);
create index payments_suspense_notice on payments_suspense (notice_id);

create table payments_suspense_action (
    id          {id}      not null primary key,
    suspense_id {id}      not null references payments_suspense (id),
    kind        text      not null,
    amount      bigint    not null check (amount > 0),
    request_id  {id},
    reason      text      not null,
    state       text      not null,
    asked_by    text      not null,
    asked_at    {instant} not null,
    approved_by text,
    approved_at {instant},
    done_at     {instant},
    check (approved_by is null or approved_by <> asked_by)
);

create index payments_suspense_action_item on payments_suspense_action (suspense_id);

create table payments_change (
    id         {id}      not null primary key,
    subject_id {id}      not null,
    what       text      not null,
    why        text,
    made_by    text      not null,
    made_at    {instant} not null
);

create index payments_change_subject on payments_change (subject_id, id);
