create function kernel_audit_is_kept() returns trigger language plpgsql as $$
begin
    raise exception 'What is recorded in the audit log never changes.';
end;
$$;

create trigger kernel_audit_is_kept before update or delete on kernel_audit
    for each row execute function kernel_audit_is_kept();
create trigger kernel_audit_is_not_emptied before truncate on kernel_audit
    for each statement execute function kernel_audit_is_kept();
