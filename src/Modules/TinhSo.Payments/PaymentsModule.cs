using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using TinhSo.Kernel.Audit;
using TinhSo.Kernel.Privacy;
using TinhSo.Kernel.Storage;
using TinhSo.Ledger;
using TinhSo.Payments.Api;
using TinhSo.Payments.Closing;
using TinhSo.Payments.Moves;
using TinhSo.Payments.Notices;
using TinhSo.Payments.Payees;
using TinhSo.Payments.Pictures;
using TinhSo.Payments.Points;
using TinhSo.Payments.Receipts;
using TinhSo.Payments.Refunds;
using TinhSo.Payments.Requests;
using TinhSo.Payments.Settlements;
using TinhSo.Payments.Shifts;
using TinhSo.Payments.Simulator;
using TinhSo.Payments.Statements;
using TinhSo.Payments.Statements.Files;
using TinhSo.Payments.Storage;
using TinhSo.Payments.Suspense;

namespace TinhSo.Payments;

/// <summary>Payments, for the host to add behind the ledger and the places.</summary>
public static class PaymentsModule
{
    /// <summary>Adds <see cref="IPayments"/>, what follows the ledger for it, its sweep and its rate limits.</summary>
    public static IServiceCollection AddPayments(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddHttpContextAccessor();
        services.AddModuleDb<PaymentsDb>()
            .AddAuditedName("payments_payee", "Bên nhận tiền", "Payee")
            .AddAuditedName("payments_refund", "Hoàn tiền", "Refund")
            .AddAuditedName("payments_suspense_action", "Xử lý khoản chờ", "Action on suspense")
            .AddAuditedName("payments_statement", "Sổ phụ ngân hàng", "Bank statement")
            .AddAuditedName("payments_acceptance", "Chênh lệch được chấp nhận", "Accepted difference")
            .AddAuditedName("payments_closing", "Chốt sổ ngày", "Closing of a day")
            .AddAuditedName("payments_csv_format", "Mẫu bảng sổ phụ", "Format of statement tables")
            .AddAuditedName("payments_shift", "Ca thu tiền mặt", "Shift of a collector")
            .AddAuditedName("payments_shift_step", "Giao nhận tiền trong ca", "Hand-over in a shift")
            .AddAuditedName("payments_partner", "Đối tác thu", "Partner that collects");
        services.AddStatements();
        services.AddShifts();
        services.AddSettlements();
        services.AddLedgerFollower<SettleMoves, PaymentsDb>("payments.ledger");
        services.AddSingleton<LedgerAccounts>();
        services.AddScoped<PostMoves>();
        services.AddScoped<RegisterPayee>();
        services.AddScoped<IHoldPersonalData, HoldPayers>();
        services.AddScoped<OpenRequests>();
        services.AddScoped<CancelRequest>();
        services.AddScoped<ExpireRequests>();
        services.AddScoped<FindPayable>();
        services.AddScoped<OpenPoint>();
        services.AddScoped<TakeCash>();
        services.AddScoped<RefundDesk>();
        services.AddScoped<FindRequests>();
        services.AddScoped<SuspenseDesk>();
        services.AddScoped<FindSuspense>();
        services.AddScoped<KeepNotice>();
        services.AddScoped<DecideNotice>();
        services.AddScoped<IPayments, PaymentDesk>();
        services.AddSingleton<SimulatorSwitch>();
        services.AddSingleton<NoticeProviders>();
        services.AddScoped<BankSimulator>();
        services.AddHttpClient(BankSimulator.Client);
        services.AddSingleton<PaymentSweep>();
        services.AddHostedService(provider => provider.GetRequiredService<PaymentSweep>());
        services.AddSingleton<WatchRequests>();
        services.AddHostedService(provider => provider.GetRequiredService<WatchRequests>());
        services.AddRateLimiter(options => PaymentLimits.Add(options, configuration));
        return services;
    }

    private static void AddSettlements(this IServiceCollection services)
    {
        services.AddScoped<SetPartner>();
        services.AddScoped<FindPartners>();
        services.AddScoped<TakePartnerFile>();
        services.AddScoped<BookPartnerFile>();
        services.AddScoped<DecidePartnerFile>();
        services.AddScoped<FindPartnerFiles>();
        services.AddSingleton<PartnerFileRunner>();
        services.AddHostedService(provider => provider.GetRequiredService<PartnerFileRunner>());
    }

    private static void AddStatements(this IServiceCollection services)
    {
        services.AddScoped<BookAccess>();
        services.AddScoped<ReadStatements>();
        services.AddScoped<ImportStatement>();
        services.AddScoped<SetCsvFormat>();
        services.AddScoped<MatchEntries>();
        services.AddScoped<LateNotices>();
        services.AddScoped<TakeIn>();
        services.AddScoped<MatchDesk>();
        services.AddScoped<FindStatements>();
        services.AddScoped<AddUpDay>();
        services.AddScoped<FindDay>();
        services.AddScoped<AcceptDifference>();
        services.AddScoped<AnswerOnBook>();
        services.AddScoped<CloseDay>();
    }

    private static void AddShifts(this IServiceCollection services)
    {
        services.AddScoped<Tills>();
        services.AddScoped<ShiftAccess>();
        services.AddScoped<FindShifts>();
        services.AddScoped<OpenShift>();
        services.AddScoped<CancelShift>();
        services.AddScoped<SignFloat>();
        services.AddScoped<CountTill>();
        services.AddScoped<ExplainDifference>();
        services.AddScoped<ReceiveCash>();
        services.AddScoped<IHoldPersonalData, HoldCollectors>();
    }

    /// <summary>Maps the JSON routes under the API's prefix.</summary>
    public static IEndpointRouteBuilder MapPayments(this IEndpointRouteBuilder api)
    {
        var payments = api.MapGroup("/payments").WithTags("Payments");
        RequestRoutes.Map(payments);
        RefundRoutes.Map(payments);
        SuspenseRoutes.Map(payments);
        StatementRoutes.Map(payments);
        ClosingRoutes.Map(payments);
        ShiftRoutes.Map(api.MapGroup("/cash").WithTags("Cash"));
        PartnerRoutes.Map(payments);
        return api;
    }

    /// <summary>Maps the banks' hooks, and what pages need beside themselves: pictures of codes, live states, files.
    /// </summary>
    /// <remarks>The hooks are anonymous and, having no cookie to abuse, without antiforgery.</remarks>
    public static IEndpointRouteBuilder MapPaymentHooks(this IEndpointRouteBuilder root)
    {
        root.MapPost("/hooks/bank/{provider}", BankHook.Handle).AllowAnonymous().DisableAntiforgery()
            .RequireRateLimiting(PaymentLimits.Hooks).ExcludeFromDescription();
        CodePictures.Map(root);
        StatementRoutes.MapPages(root);
        ClosingRoutes.MapPages(root);
        ShiftRoutes.MapPages(root);
        PartnerRoutes.MapPages(root);
        return root;
    }
}
