using TinhSo.Kernel.Http;

namespace TinhSo.Payments.Notices.Providers;

/// <summary>Reads, and for the simulator writes, the notices of one provider.</summary>
internal interface INoticeProvider
{
    /// <summary>Its name in addresses, settings and stored notices.</summary>
    string Name { get; }

    /// <summary>The notice, once its signature holds under one of the secrets; or why not.</summary>
    /// <param name="header">The request's header by its name, or null.</param>
    Outcome<BankNotice> Read(
        byte[] body, Func<string, string?> header, IReadOnlyList<string> secrets, DateTimeOffset now);

    /// <summary>A notice as the provider would send it.</summary>
    SignedNotice Write(BankNotice notice, string secret, DateTimeOffset now);
}
