namespace TinhSo.Payments.Statements.Files;

/// <summary>Collects what a statement says before its first entry.</summary>
internal sealed class CamtHead(StatementKind kind)
{
    private string? reference;
    private string? account;
    private string? from;
    private string? to;
    private StatedBalance? opening;
    private StatedBalance? closing;
    private StatedBalance? previous;
    private string code = "";
    private string amount = "";
    private string currency = "";
    private string sign = "";
    private string day = "";

    public void Take(XmlSteps steps, int depth)
    {
        if (steps.Step is XmlStep.End && steps.Below(depth) == "Bal")
        {
            EndBalance();
        }
        if (steps.Step is not XmlStep.Text)
        {
            return;
        }
        switch (steps.Below(depth))
        {
            case "Id":
                reference = StatementText.Clean(steps.Text);
                break;
            case "Acct/Id/IBAN" or "Acct/Id/Othr/Id":
                account = StatementText.Account(steps.Text);
                break;
            case "FrToDt/FrDtTm" or "FrToDt/FrDt":
                from = steps.Text;
                break;
            case "FrToDt/ToDtTm" or "FrToDt/ToDt":
                to = steps.Text;
                break;
            case "Bal/Tp/CdOrPrtry/Cd":
                code = steps.Text.Trim();
                break;
            case "Bal/Amt":
                (amount, currency) = (steps.Text, steps.Currency);
                break;
            case "Bal/CdtDbtInd":
                sign = steps.Text.Trim();
                break;
            case "Bal/Dt/Dt" or "Bal/Dt/DtTm":
                day = steps.Text;
                break;
            default:
                break;
        }
    }

    public StatementHead ToPart() => new(kind, reference, account, opening ?? previous, closing,
        StatementText.DayOf(from), StatementText.DayOf(to));

    private void EndBalance()
    {
        var balance = StatementText.Decimal(amount) is { } told
            ? new StatedBalance(sign == "DBIT" ? -told : told, currency, StatementText.DayOf(day))
            : null;
        switch (code)
        {
            case "OPBD":
                opening = balance;
                break;
            // The closing of the statement before is this one's opening, where a bank tells no other.
            case "PRCD":
                previous = balance;
                break;
            case "CLBD":
                closing = balance;
                break;
            default:
                break;
        }
        (code, amount, currency, sign, day) = ("", "", "", "", "");
    }
}
