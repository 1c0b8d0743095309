-- Periods and ages as rows: what holds from a day on, and which text says so. An amount of null is as long as the purpose
-- lasts. The basis says where no text was read and the province has to decide: [R].
create table privacy_rule (
    code        text    not null,
    valid_from  {date}  not null,
    amount      integer check (amount >= 0),
    measure     text    not null,
    legal_basis text    not null,
    set_by      text    not null,
    set_on      {date}  not null,
    primary key (code, valid_from)
);

insert into privacy_rule (code, valid_from, amount, measure, legal_basis, set_by, set_on) values
    ('retention.accounts',  '2026-01-01', null, 'Years', 'Trong thời gian tài khoản còn giữ vai trò; Luật 91/2025/QH15', 'system', '2026-01-01'),
    ('retention.sessions',  '2026-01-01', 90,   'Days',  '[R] Mức đề xuất, đơn vị quyết định; Luật 91/2025/QH15', 'system', '2026-01-01'),
    ('retention.guesses',   '2026-01-01', 7,    'Days',  '[R] Mức đề xuất, đơn vị quyết định; Luật 91/2025/QH15', 'system', '2026-01-01'),
    ('retention.answers',   '2026-01-01', 60,   'Days',  '[R] Mức đề xuất, đơn vị quyết định; Luật 91/2025/QH15', 'system', '2026-01-01'),
    ('retention.contracts', '2026-01-01', null, 'Years', 'Trong thời gian hợp đồng thuê điểm kinh doanh có hiệu lực', 'system', '2026-01-01'),
    ('retention.money',     '2026-01-01', 10,   'Years', '[R] Thời hạn lưu chứng từ theo pháp luật về kế toán và lưu trữ (Luật Lưu trữ 33/2024); đơn vị xác nhận', 'system', '2026-01-01'),
    ('retention.payers',    '2026-01-01', 10,   'Years', '[R] Thời hạn lưu chứng từ theo pháp luật về kế toán và lưu trữ (Luật Lưu trữ 33/2024); đơn vị xác nhận', 'system', '2026-01-01'),
    ('retention.audit',     '2026-01-01', null, 'Years', '[R] Nhật ký bất biến để bảo vệ an toàn hệ thống; Luật 116/2025/QH15; đơn vị quyết định', 'system', '2026-01-01'),
    ('retention.requests',  '2026-01-01', 3,    'Years', '[R] Mức đề xuất, để chứng minh đã giải quyết; Luật 91/2025/QH15', 'system', '2026-01-01'),
    ('retention.breaches',  '2026-01-01', null, 'Years', 'Luật 91/2025/QH15, Điều 23', 'system', '2026-01-01'),
    ('due.correct',         '2026-01-01', 10,   'Days',  '[R] Mức đề xuất, đơn vị đối chiếu NĐ 356/2025/NĐ-CP', 'system', '2026-01-01'),
    ('due.erase',           '2026-01-01', 20,   'Days',  '[R] Mức đề xuất, đơn vị đối chiếu NĐ 356/2025/NĐ-CP', 'system', '2026-01-01'),
    ('due.restrict',        '2026-01-01', 3,    'Days',  '[R] Mức đề xuất, đơn vị đối chiếu NĐ 356/2025/NĐ-CP', 'system', '2026-01-01'),
    ('breach.notice',       '2026-01-01', 72,   'Hours', 'Luật 91/2025/QH15, Điều 23', 'system', '2026-01-01'),
    ('child.age',           '2026-01-01', 16,   'Years', '[R] Luật 91/2025/QH15, Điều 24; đơn vị đối chiếu độ tuổi', 'system', '2026-01-01');

-- What people may consent to, each wording a version of its own.
create table privacy_purpose (
    code        text    not null,
    version     integer not null,
    text_vi     text    not null,
    text_en     text    not null,
    legal_basis text    not null,
    valid_from  {date}  not null,
    set_by      text    not null,
    set_on      {date}  not null,
    primary key (code, version)
);

insert into privacy_purpose (code, version, text_vi, text_en, legal_basis, valid_from, set_by, set_on) values
    ('contact.news', 1, 'Nhận tin về chợ và dịch vụ công của tỉnh qua điện thoại hoặc thư điện tử của tôi.',
     'News of markets and public services of the province by my phone or e-mail.', 'Luật 91/2025/QH15', '2026-01-01', 'system', '2026-01-01'),
    ('survey.invitation', 1, 'Được mời trả lời khảo sát về kinh tế số của tỉnh.',
     'Invitations to surveys about the province''s digital economy.', 'Luật 91/2025/QH15', '2026-01-01', 'system', '2026-01-01');

-- Withdrawn, never removed: that somebody had consented, when and how, is the proof of what was done meanwhile.
create table privacy_consent (
    id                {id}      not null primary key,
    person_id         {id}      not null,
    purpose           text      not null,
    version           integer   not null,
    channel           text      not null,
    given_at          {instant} not null,
    given_by          text      not null,
    withdrawn_at      {instant},
    withdrawn_channel text,
    withdrawn_by      text
);

create unique index privacy_consent_standing on privacy_consent (person_id, purpose) where withdrawn_at is null;
create index privacy_consent_person on privacy_consent (person_id, given_at);

-- What people ask about their own data. What they wrote is sealed.
create table privacy_request (
    id         {id}      not null primary key,
    person_id  {id}      not null,
    kind       text      not null,
    field      text,
    value      text,
    reason     text,
    state      text      not null,
    asked_at   {instant} not null,
    asked_by   text      not null,
    due_on     {date}    not null,
    due_basis  text      not null,
    decided_at {instant},
    decided_by text,
    answer     text,
    outcome    text
);

create index privacy_request_state on privacy_request (state, due_on, id);
create index privacy_request_person on privacy_request (person_id, asked_at);

-- What was erased by which rule on which day: one row a rule and day.
create table privacy_retention_run (
    id          {id}      not null primary key,
    rule        text      not null,
    ran_at      {instant} not null,
    before      {instant} not null,
    erased      bigint,
    legal_basis text      not null
);

create index privacy_retention_run_at on privacy_retention_run (ran_at);
