using TinhSo.Payments.Requests;

namespace TinhSo.Payments.Statements.Files;

/// <summary>Collects one entry, with the transactions of which a bank says that it consists.</summary>
internal sealed class CamtEntry(int line)
{
    // An entry of more is kept whole: nobody matches ten thousand by hand.
    private const int PartsMax = 1000;

    private readonly Part whole = new();
    private readonly List<Part> parts = [];
    private Part? present;
    private string amount = "";
    private string currency = "";
    private string sign = "";
    private string status = "";
    private string? day;
    private string? moment;
    private string? valued;
    private int partCount;

    public void Take(XmlSteps steps, int depth)
    {
        var below = steps.Below(depth);
        if (below == "NtryDtls/TxDtls")
        {
            TakePart(steps.Step);
            return;
        }
        if (steps.Step is not XmlStep.Text)
        {
            return;
        }
        if (below.StartsWith("NtryDtls/TxDtls/", StringComparison.Ordinal))
        {
            present?.Take(below["NtryDtls/TxDtls/".Length..], steps);
            return;
        }
        switch (below)
        {
            case "Amt":
                (amount, currency) = (steps.Text, steps.Currency);
                break;
            case "CdtDbtInd":
                sign = steps.Text.Trim();
                break;
            case "Sts" or "Sts/Cd":
                status = steps.Text.Trim();
                break;
            case "BookgDt/Dt":
                day = steps.Text;
                break;
            case "BookgDt/DtTm":
                moment = steps.Text;
                break;
            case "ValDt/Dt" or "ValDt/DtTm":
                valued = steps.Text;
                break;
            case "AcctSvcrRef":
                whole.Reference = StatementText.Reference(steps.Text);
                break;
            case "AddtlNtryInf":
                whole.Add(steps.Text);
                break;
            default:
                break;
        }
    }

    public IEnumerable<StatementPart> ToParts()
    {
        if (StatementText.Decimal(amount) is not { } sum || sign is not ("CRDT" or "DBIT"))
        {
            return [new StatementFault(PaymentRefusals.UnreadableStatement with
            {
                Detail = new($"Dòng {line}: bút toán thiếu số tiền hoặc chiều ghi nợ, ghi có.",
                    $"Line {line}: an entry without an amount, or without saying whether it is debit or credit."),
            })];
        }
        // A collected entry is its transactions, when they are told in full and add up to it.
        var split = parts.Count > 1 && parts.Count == partCount
            && parts.All(part => part.Amount > 0 && part.Currency == currency
                && (part.Sign.Length == 0 || part.Sign == sign))
            && parts.Sum(part => part.Amount ?? 0) == sum;
        return split
            ? parts.Select(part => ToLine(part.Amount!.Value, part, part.Reference))
            : [ToLine(sum, parts.Count == 1 ? parts[0] : null, whole.Reference ?? parts.FirstOrDefault()?.Reference)];
    }

    private StatementLine ToLine(decimal sum, Part? part, string? reference)
    {
        var at = StatementText.Moment(moment);
        var on = StatementText.Day(day) ?? StatementText.DayOf(moment) ?? StatementText.DayOf(valued);
        var payer = part ?? new Part();
        var told = payer.Texts.Concat(whole.Texts).ToList();
        var memo = StatementText.Memo(part is null ? [.. whole.Texts, .. parts.SelectMany(one => one.Texts)] : told);
        // A payer's bank may carry the code end to end, and write a memo of its own.
        if (payer.EndToEnd is { } end
            && (memo.Length == 0 || (Memos.CodesIn(memo).Count == 0 && Memos.CodesIn(end).Count > 0)))
        {
            memo = StatementText.Memo(memo, end);
        }
        return new StatementLine(line, sum, currency, sign == "DBIT", status == "PDNG", on, at, reference, memo,
            payer.PayerName, payer.PayerAccount, payer.PayerBank);
    }

    private void TakePart(XmlStep step)
    {
        if (step is XmlStep.Begin)
        {
            partCount++;
            present = new Part();
        }
        else if (step is XmlStep.End && present is not null)
        {
            if (parts.Count < PartsMax)
            {
                parts.Add(present);
            }
            present = null;
        }
    }

    private sealed class Part
    {
        private int length;

        public List<string> Texts { get; } = [];

        public string? Reference { get; set; }

        public string? EndToEnd { get; private set; }

        public decimal? Amount { get; private set; }

        public string Currency { get; private set; } = "";

        public string Sign { get; private set; } = "";

        public string? PayerName { get; private set; }

        public string? PayerAccount { get; private set; }

        public string? PayerBank { get; private set; }

        public void Add(string text)
        {
            if (length < StatementText.MemoMax)
            {
                length += text.Length;
                Texts.Add(text);
            }
        }

        public void Take(string below, XmlSteps steps)
        {
            switch (below)
            {
                // Version 08 has the amount itself, version 02 only among its details.
                case "Amt":
                    (Amount, Currency) = (StatementText.Decimal(steps.Text), steps.Currency);
                    break;
                case "AmtDtls/TxAmt/Amt" when Amount is null:
                    (Amount, Currency) = (StatementText.Decimal(steps.Text), steps.Currency);
                    break;
                case "CdtDbtInd":
                    Sign = steps.Text.Trim();
                    break;
                case "Refs/AcctSvcrRef":
                    Reference = StatementText.Reference(steps.Text);
                    break;
                case "Refs/EndToEndId":
                    EndToEnd = StatementText.Reference(steps.Text);
                    break;
                case "RmtInf/Ustrd" or "AddtlTxInf":
                    Add(steps.Text);
                    break;
                case "RltdPties/Dbtr/Nm" or "RltdPties/Dbtr/Pty/Nm":
                    PayerName = StatementText.Clean(steps.Text);
                    break;
                case "RltdPties/DbtrAcct/Id/IBAN" or "RltdPties/DbtrAcct/Id/Othr/Id":
                    PayerAccount = StatementText.Account(steps.Text);
                    break;
                case "RltdAgts/DbtrAgt/FinInstnId/Nm" or "RltdAgts/DbtrAgt/FinInstnId/BIC"
                    or "RltdAgts/DbtrAgt/FinInstnId/BICFI":
                    PayerBank ??= StatementText.Clean(steps.Text);
                    break;
                default:
                    break;
            }
        }
    }
}
