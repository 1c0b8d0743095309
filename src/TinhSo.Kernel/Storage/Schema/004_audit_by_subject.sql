-- People ask who has looked at their data.
create index kernel_audit_subject on kernel_audit (subject, number);
