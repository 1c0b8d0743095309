using TinhSo.Kernel.Http;

namespace TinhSo.Payments.Statements.Files;

/// <summary>Reads camt.053 and camt.054 in versions 02 and 08, entry by entry, whatever the size of the file.</summary>
internal static class CamtReader
{
    private const string Family = "urn:iso:std:iso:20022:tech:xsd:";
    private const int StatementDepth = 3;

    /// <summary>The parts in the order of the file; a <see cref="StatementFault"/> is the last.</summary>
    public static IEnumerable<StatementPart> Read(Stream stream)
    {
        using var steps = new XmlSteps(stream);
        if (!steps.Next())
        {
            yield return new StatementFault(steps.Fault ?? PaymentRefusals.NotAStatement);
            yield break;
        }
        var (kind, refusal) = KindOf(steps.Name, steps.Namespace);
        if (refusal is not null)
        {
            yield return new StatementFault(refusal);
            yield break;
        }
        var any = false;
        while (steps.Next())
        {
            // Document, BkToCstmrStmt and then Stmt; or BkToCstmrDbtCdtNtfctn and Ntfctn.
            if (steps.Step is XmlStep.Begin && steps.Path.Count == StatementDepth && steps.Name is "Stmt" or "Ntfctn")
            {
                any = true;
                foreach (var part in Statement(steps, kind))
                {
                    yield return part;
                }
            }
        }
        if (steps.Fault is { } fault)
        {
            yield return new StatementFault(fault);
        }
        else if (!any)
        {
            yield return new StatementFault(PaymentRefusals.NotAStatement);
        }
    }

    private static IEnumerable<StatementPart> Statement(XmlSteps steps, StatementKind kind)
    {
        var head = new CamtHead(kind);
        var told = false;
        while (steps.Next() && !(steps.Step is XmlStep.End && steps.Path.Count == StatementDepth))
        {
            if (steps.Step is XmlStep.Begin && steps.Path.Count == StatementDepth + 1 && steps.Name == "Ntry")
            {
                if (!told)
                {
                    told = true;
                    yield return head.ToPart();
                }
                foreach (var line in Entry(steps))
                {
                    yield return line;
                }
            }
            else
            {
                // Everything that is not an entry stands before the first one.
                head.Take(steps, StatementDepth);
            }
        }
        if (!told)
        {
            yield return head.ToPart();
        }
    }

    private static IEnumerable<StatementPart> Entry(XmlSteps steps)
    {
        var entry = new CamtEntry(steps.Line);
        while (steps.Next() && !(steps.Step is XmlStep.End && steps.Path.Count == StatementDepth + 1))
        {
            entry.Take(steps, StatementDepth + 1);
        }
        return steps.Fault is null ? entry.ToParts() : [];
    }

    private static (StatementKind Kind, Refusal? Refusal) KindOf(string root, string name)
    {
        if (root != "Document" || !name.StartsWith($"{Family}camt.", StringComparison.Ordinal))
        {
            return (default, PaymentRefusals.NotAStatement);
        }
        return name[Family.Length..] switch
        {
            "camt.053.001.02" or "camt.053.001.08" => (StatementKind.Statement, null),
            "camt.054.001.02" or "camt.054.001.08" => (StatementKind.Notices, null),
            var other when other.StartsWith("camt.052.", StringComparison.Ordinal) =>
                (default, PaymentRefusals.IntradayReport),
            var other => (default, PaymentRefusals.NotAStatement with
            {
                Detail = new($"Tệp là {StatementText.Clean(other, 40)}.",
                    $"The file is {StatementText.Clean(other, 40)}."),
            }),
        };
    }
}
