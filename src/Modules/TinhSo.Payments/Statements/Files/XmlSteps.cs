using System.Xml;
using TinhSo.Kernel.Http;

namespace TinhSo.Payments.Statements.Files;

/// <summary>Walks through a stranger's XML step by step, holding no more of it than the path to where it stands.
/// </summary>
/// <remarks>
/// No document type, no entities, nothing fetched; depth and size have bounds, and a text beyond its bound is cut while
/// it is read. What breaks these rules ends the walk with <see cref="Fault"/>.
/// </remarks>
internal sealed class XmlSteps : IDisposable
{
    private const int DepthMax = 32;
    private const int TextMax = 2000;
    private const long CharactersMax = 128L * 1024 * 1024;

    private readonly XmlReader reader;
    private readonly char[] chunk = new char[TextMax];
    private readonly List<string> path = [];
    private bool isEmpty;

    public XmlSteps(Stream stream) => reader = XmlReader.Create(stream, new XmlReaderSettings
    {
        DtdProcessing = DtdProcessing.Prohibit,
        XmlResolver = null,
        MaxCharactersFromEntities = 1024,
        MaxCharactersInDocument = CharactersMax,
        IgnoreComments = true,
        IgnoreProcessingInstructions = true,
        IgnoreWhitespace = true,
        CloseInput = false,
    });

    public XmlStep Step { get; private set; }

    /// <summary>The names of the elements around, from the root to the present one.</summary>
    public IReadOnlyList<string> Path => path;

    public string Name => path[^1];

    /// <summary>The text of a <see cref="XmlStep.Text"/>, cut to its bound.</summary>
    public string Text { get; private set; } = "";

    /// <summary>The namespace of the present element.</summary>
    public string Namespace { get; private set; } = "";

    /// <summary>The currency of an amount; empty for other elements.</summary>
    public string Currency { get; private set; } = "";

    public int Line => reader is IXmlLineInfo info ? info.LineNumber : 0;

    /// <summary>Why the walk ended early; null while it goes on, and when it ended well.</summary>
    public Refusal? Fault { get; private set; }

    /// <summary>Goes on by one step; false at the end and at a fault.</summary>
    public bool Next()
    {
        try
        {
            return Fault is null && Advance();
        }
        catch (XmlException failure)
        {
            // A foreign body: that it is no XML is an answer, and no bug of ours.
            Fault = PaymentRefusals.UnreadableStatement with
            {
                Detail = new($"Dòng {failure.LineNumber}, cột {failure.LinePosition}: không phải XML hợp lệ, sai bảng "
                    + "mã, hoặc có DTD, thực thể bị cấm.",
                    $"Line {failure.LineNumber}, column {failure.LinePosition}: not well-formed XML, another encoding "
                    + "than declared, or a document type or entity, which are forbidden."),
            };
            return false;
        }
    }

    /// <summary>The path below an element around, such as <c>Refs/EndToEndId</c>.</summary>
    /// <param name="depth">How many names that element's own path has.</param>
    public string Below(int depth) => string.Join('/', path.Skip(depth));

    public void Dispose() => reader.Dispose();

    private bool Advance()
    {
        if (Step is XmlStep.End)
        {
            path.RemoveAt(path.Count - 1);
        }
        if (isEmpty)
        {
            // XML tells an empty element once; here it begins and ends as all others do.
            isEmpty = false;
            Step = XmlStep.End;
            return true;
        }
        while (Fault is null && reader.Read())
        {
            if (Take())
            {
                return true;
            }
        }
        return false;
    }

    private bool Take()
    {
        switch (reader.NodeType)
        {
            case XmlNodeType.Element:
                if (path.Count >= DepthMax)
                {
                    Fault = PaymentRefusals.UnreadableStatement with
                    {
                        Detail = new($"Dòng {Line}: lồng quá {DepthMax} cấp.",
                            $"Line {Line}: nested deeper than {DepthMax} levels."),
                    };
                    return false;
                }
                path.Add(reader.LocalName);
                Namespace = reader.NamespaceURI;
                Currency = reader.GetAttribute("Ccy") ?? "";
                isEmpty = reader.IsEmptyElement;
                Step = XmlStep.Begin;
                return true;
            case XmlNodeType.Text or XmlNodeType.CDATA:
                Text = ReadText();
                Step = XmlStep.Text;
                return true;
            case XmlNodeType.EndElement:
                Step = XmlStep.End;
                return true;
            default:
                return false;
        }
    }

    // What lies beyond the bound is passed over by the next step without being held.
    private string ReadText()
    {
        var length = 0;
        while (length < chunk.Length && reader.ReadValueChunk(chunk, length, chunk.Length - length) is > 0 and var read)
        {
            length += read;
        }
        return new string(chunk, 0, length);
    }
}

/// <summary>What a step met.</summary>
internal enum XmlStep
{
    None,
    Begin,
    Text,
    End,
}
