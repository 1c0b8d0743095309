-- Who did what, when, from where, why, and what was before and after. Never changed: each entry's hash goes over the one
-- before, so that whoever changes or removes one is found.
create table kernel_audit (
    number  bigint    not null primary key,
    at      {instant} not null,
    who     text      not null,
    origin  text,
    what    text      not null,
    subject text      not null,
    why     text,
    before  text,
    after   text,
    hash    text      not null
);

create index kernel_audit_who on kernel_audit (who, number);
create index kernel_audit_at on kernel_audit (at);

-- How far it goes. One row, which is held while an entry is added.
create table kernel_audit_head (
    one    integer not null primary key check (one = 1),
    number bigint  not null,
    hash   text    not null
);

insert into kernel_audit_head (one, number, hash) values (1, 0, '0000000000000000000000000000000000000000000000000000000000000000');
