-- Personal data beside the name. What identifies a person is stored sealed; the index beside it is a keyed hash, by which a
-- whole value is found and no part of one.
alter table identity_person add column personal_id text;
alter table identity_person add column personal_id_index text;
alter table identity_person add column phone text;
alter table identity_person add column phone_index text;
alter table identity_person add column email text;
alter table identity_person add column email_index text;
alter table identity_person add column birth_date text;
alter table identity_person add column restricted_at {instant};
alter table identity_person add column erased_at {instant};

create index identity_person_personal_id on identity_person (personal_id_index);
create index identity_person_phone on identity_person (phone_index);
create index identity_person_email on identity_person (email_index);
