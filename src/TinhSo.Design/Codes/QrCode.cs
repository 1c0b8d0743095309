using System.Globalization;
using System.Text;
using QRCoder;

namespace TinhSo.Design;

/// <summary>Draws QR codes (ISO/IEC 18004) with error correction M, which survives a scratch of 15 %.</summary>
public static class QrCode
{
    /// <summary>A PNG of the code with its quiet zone, black on white.</summary>
    /// <param name="pixelsPerModule">The width of the smallest square, in pixels.</param>
    public static byte[] Png(string payload, int pixelsPerModule = 10)
    {
        using var data = Draw(payload);
        using var png = new PngByteQRCode(data);
        return png.GetGraphic(pixelsPerModule, drawQuietZones: true);
    }

    /// <summary>The side in modules, quiet zone included, and the dark modules as the data of an SVG path.</summary>
    internal static (int Side, string Path) Path(string payload)
    {
        using var data = Draw(payload);
        var rows = data.ModuleMatrix;
        var path = new StringBuilder();
        for (var y = 0; y < rows.Count; y++)
        {
            for (var x = 0; x < rows.Count; x++)
            {
                var start = x;
                while (x < rows.Count && rows[y][x])
                {
                    x++;
                }
                if (x > start)
                {
                    path.Append(CultureInfo.InvariantCulture, $"M{start} {y}h{x - start}v1h-{x - start}z");
                }
            }
        }
        return (rows.Count, path.ToString());
    }

    // Readers take letters beyond ASCII for Japanese unless the code says that they are UTF-8; banks want it unsaid.
    private static QRCodeData Draw(string payload) => QRCodeGenerator.GenerateQrCode(
        payload,
        QRCodeGenerator.ECCLevel.M,
        eciMode: payload.All(char.IsAscii) ? QRCodeGenerator.EciMode.Default : QRCodeGenerator.EciMode.Utf8);
}
