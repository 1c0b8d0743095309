create table billing_service (
    code        text   not null,
    valid_from  {date} not null,
    valid_to    {date},
    name_vi     text   not null,
    name_en     text   not null,
    legal_basis text   not null,
    source      text   not null,
    primary key (code, valid_from)
);

create table billing_provider (
    id                {id}      not null primary key,
    unit              text      not null unique,
    name              text      not null,
    folded            text      not null,
    prefix            text      not null unique,
    customer_pattern  text      not null,
    customer_check    text      not null,
    customer_example  text      not null,
    reference_pattern text      not null,
    reference_check   text      not null,
    takes_parts       {flag}    not null,
    part_min          bigint    not null check (part_min > 0),
    instalments_max   integer   not null check (instalments_max between 0 and 36),
    payee_id          {id},
    registered_by     text      not null,
    registered_at     {instant} not null
);

create table billing_provider_service (
    provider_id {id} not null references billing_provider (id),
    service     text not null,
    primary key (provider_id, service)
);

create table billing_penalty_rule (
    id                {id}      not null primary key,
    provider_id       {id}      not null references billing_provider (id),
    service           text      not null,
    valid_from        {date}    not null,
    valid_to          {date},
    parts_per_million integer   not null check (parts_per_million between 1 and 10000),
    cap_percent       integer   not null check (cap_percent between 1 and 100),
    legal_basis       text      not null,
    set_by            text      not null,
    set_at            {instant} not null,
    unique (provider_id, service, valid_from)
);

create table billing_holder (
    id          {id} not null primary key,
    provider_id {id} not null references billing_provider (id),
    code        text not null,
    code_index  text not null,
    name        text not null,
    unique (provider_id, code_index)
);

create table billing_claim (
    bill_id     {id}    not null primary key references billing_bill (id),
    provider_id {id}    not null references billing_provider (id),
    holder_id   {id}    not null references billing_holder (id),
    reference   text    not null,
    description text,
    import_id   {id},
    is_planned  {flag}  not null,
    to_tidy     {flag}  not null,
    version     bigint  not null,
    unique (provider_id, reference)
);

create index billing_claim_holder on billing_claim (holder_id);
create index billing_claim_import on billing_claim (import_id) where import_id is not null;
create index billing_claim_tidy on billing_claim (to_tidy) where to_tidy;

create table billing_part (
    id           {id}      not null primary key,
    bill_id      {id}      not null references billing_claim (bill_id),
    kind         text      not null,
    number       integer   not null,
    amount       bigint    not null check (amount > 0),
    due_on       {date}    not null,
    state        text      not null,
    pay_code     text,
    made_by      text      not null,
    made_at      {instant} not null,
    paid_at      {instant},
    channel      text,
    receipt_code text,
    refunded     bigint    not null check (refunded between 0 and amount)
);

create index billing_part_bill on billing_part (bill_id);

create table billing_penalty (
    id       {id}      not null primary key,
    bill_id  {id}      not null references billing_claim (bill_id),
    rule_id  {id}      not null references billing_penalty_rule (id),
    from_on  {date}    not null,
    to_on    {date}    not null,
    owed     bigint    not null,
    amount   bigint    not null check (amount > 0),
    added_at {instant} not null,
    unique (bill_id, from_on)
);

create table billing_elsewhere (
    id          {id}      not null primary key,
    bill_id     {id}      not null references billing_claim (bill_id),
    reference   text      not null,
    amount      bigint    not null check (amount > 0),
    paid_on     {date}    not null,
    recorded_by text      not null,
    recorded_at {instant} not null,
    reversed_by text,
    reversed_at {instant},
    why         text
);

create index billing_elsewhere_bill on billing_elsewhere (bill_id);

create table billing_saved_code (
    id           {id}      not null primary key,
    person_id    {id}      not null,
    provider_id  {id}      not null references billing_provider (id),
    code         text      not null,
    code_index   text      not null,
    label        text      not null,
    consented_at {instant} not null,
    unique (person_id, provider_id, code_index)
);

create table billing_import (
    id          {id}      not null primary key,
    provider_id {id}      not null references billing_provider (id),
    file_name   text      not null,
    digest      text,
    state       text      not null,
    row_count   integer   not null,
    bad_rows    integer   not null,
    amount      bigint    not null,
    chunks      integer   not null,
    done_chunks integer   not null,
    issued      integer   not null,
    before_count integer  not null,
    left_out    integer   not null,
    uploaded_by text      not null,
    uploaded_at {instant} not null,
    decided_by  text,
    decided_at  {instant},
    finished_at {instant},
    unique (provider_id, digest)
);

create table billing_import_chunk (
    id        {id}    not null primary key,
    import_id {id}    not null references billing_import (id),
    sequence  integer not null,
    body      text    not null,
    unique (import_id, sequence)
);

create table billing_import_fault (
    import_id {id}    not null references billing_import (id),
    row_no    integer not null,
    field     text    not null,
    reason_vi text    not null,
    reason_en text    not null,
    primary key (import_id, row_no, field)
);
