using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using TinhSo.Kernel.Storage;

namespace TinhSo.Ledger.Followers;

/// <summary>A module that follows the log.</summary>
/// <param name="Name">Its cursor's, in its own tables.</param>
/// <param name="TakeChunk">Takes the next transfers in, within a scope, and answers whether there were any.</param>
internal sealed record LedgerFollower(string Name, Func<IServiceProvider, CancellationToken, Task<bool>> TakeChunk)
{
    private const int ChunkMax = 500;

    public static LedgerFollower Of<TFollower, TDb>(string name)
        where TFollower : class, IFollowLedger where TDb : ModuleDb =>
        new(name, (scope, stop) => Take<TFollower, TDb>(name, scope, stop));

    private static async Task<bool> Take<TFollower, TDb>(string name, IServiceProvider scope, CancellationToken stop)
        where TFollower : class, IFollowLedger where TDb : ModuleDb
    {
        var db = scope.GetRequiredService<TDb>();
        var follower = scope.GetRequiredService<TFollower>();
        var after = await db.Set<Cursor>().AsNoTracking()
            .Where(c => c.Name == name).Select(c => c.Position).SingleOrDefaultAsync(stop);
        // Read before the transaction begins: the ledger is asked by nobody who holds a lock.
        var chunk = await scope.GetRequiredService<ILedger>().ReadLog(after, ChunkMax, stop);
        if (chunk.Count == 0)
        {
            return false;
        }
        return await db.InTransaction(
            async () =>
            {
                var cursor = await db.CursorNamed(name, stop);
                // Another host may have taken the chunk in since: then there is nothing left to do for it.
                if (cursor.Position == after)
                {
                    await follower.Follow(chunk, stop);
                    cursor.Position = chunk[^1].Position;
                    await db.SaveChangesAsync(stop);
                }
                return true;
            },
            stop);
    }
}
