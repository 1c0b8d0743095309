namespace TinhSo.Identity.Signing;

/// <summary>What a signature says that it covers, and when and by whom it was made (RFC 9421, section 2.3).</summary>
/// <param name="Label">Which member of the header <c>Signature</c> it belongs to.</param>
/// <param name="Components">Names of what is covered, in order, each once.</param>
/// <param name="Written">All of it but the label, as it was sent: the last line of what is signed.</param>
/// <param name="Created">When it was made, in seconds since 1970.</param>
/// <param name="Expires">From when on it says itself that it no longer holds, or null.</param>
/// <param name="KeyId">Whose key it was made with.</param>
/// <param name="Algorithm">What it says of the algorithm, or null.</param>
internal sealed record SignatureInput(string Label, IReadOnlyList<string> Components, string Written, long Created,
    long? Expires, string KeyId, string? Algorithm)
{
    private const int LengthMax = 2_000;
    private const int ComponentsMax = 16;

    /// <summary>The only signature that a header tells of; null when it tells of none, or of more, or cannot be read.
    /// </summary>
    public static SignatureInput? Parse(string header)
    {
        if (header.Length > LengthMax)
        {
            return null;
        }
        var reader = new FieldReader(header);
        if (reader.Key() is not { } label || !reader.Take('='))
        {
            return null;
        }
        var from = reader.At;
        return ComponentsOf(reader) is { } components && ParametersOf(reader) is { } parameters && reader.IsAtEnd
            && parameters is { Created: { } created, KeyId: { } keyId }
            ? new(label, components, header[from..], created, parameters.Expires, keyId, parameters.Algorithm)
            : null;
    }

    private static List<string>? ComponentsOf(FieldReader reader)
    {
        if (!reader.Take('('))
        {
            return null;
        }
        var names = new List<string>();
        do
        {
            if (reader.String() is not { } name || names.Contains(name) || names.Count == ComponentsMax)
            {
                return null;
            }
            names.Add(name);
        }
        while (reader.Take(' '));
        return reader.Take(')') ? names : null;
    }

    private static Parameters? ParametersOf(FieldReader reader)
    {
        var read = new Parameters();
        while (reader.Take(';'))
        {
            if (reader.Key() is not { } name || !reader.Take('=') || !read.Take(name, reader))
            {
                return null;
            }
        }
        return read;
    }

    private sealed class Parameters
    {
        private readonly HashSet<string> seen = [];

        public long? Created { get; private set; }

        public long? Expires { get; private set; }

        public string? KeyId { get; private set; }

        public string? Algorithm { get; private set; }

        /// <summary>Takes one in; false for what cannot be read, comes twice or is not known.</summary>
        public bool Take(string name, FieldReader reader) => seen.Add(name) && name switch
        {
            "created" => (Created = reader.Number()) is not null,
            "expires" => (Expires = reader.Number()) is not null,
            "keyid" => (KeyId = reader.String()) is not null,
            "alg" => (Algorithm = reader.String()) is not null,
            // Both only tell signatures apart.
            "nonce" or "tag" => reader.String() is not null,
            _ => false,
        };
    }
}
