using TinhSo.Host.Commands;

// Without a command's name the arguments are configuration, as ASP.NET Core's own hosts take them: that is `serve`.
return args is [] or [['-', ..], ..]
    ? await Serve.Run(args, CancellationToken.None)
    : await CommandLine.Run(args);

/// <summary>The program; public so that tests can start it whole.</summary>
public partial class Program
{
    private Program()
    {
    }
}
