create trigger kernel_audit_is_not_updated before update on kernel_audit
begin
    select raise(abort, 'What is recorded in the audit log never changes.');
end;
create trigger kernel_audit_is_not_deleted before delete on kernel_audit
begin
    select raise(abort, 'What is recorded in the audit log never changes.');
end;
