using TinhSo.Benchmarks;
using TinhSo.Benchmarks.Http;

return args is [BenchServer.Argument, var connectionString]
    ? await BenchServer.Serve(connectionString)
    : await Command.Run(args);
