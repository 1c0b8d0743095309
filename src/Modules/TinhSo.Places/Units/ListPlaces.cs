using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using TinhSo.Kernel;
using TinhSo.Kernel.Http;

namespace TinhSo.Places.Units;

/// <summary>Lists the units that are alive on a day.</summary>
internal static class ListPlaces
{
    internal sealed record Answer(DateOnly On, IReadOnlyList<Place> Items);

    /// <param name="places">Knows them.</param>
    /// <param name="clock">Tells today.</param>
    /// <param name="on">The day, such as 2025-07-01; today when it is left out.</param>
    internal static Results<Ok<Answer>, ProblemHttpResult> Handle(IPlaces places, TimeProvider clock, string? on)
    {
        var errors = new FieldErrors();
        var day = on is null ? clock.Today() : errors.Day("on", on);
        return errors.Any
            ? errors.ToRefusal().ToProblem()
            : TypedResults.Ok(new Answer(day, places.Communes(day)));
    }
}
