using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;

namespace TinhSo.Design;

/// <summary>A page that is drawn once all that it shows is there, and never half loaded.</summary>
/// <remarks>
/// The framework's own base also draws at the first wait of loading. Which wait that is depends on what the database
/// has ready, so such a page breaks one time in thousands.
/// </remarks>
public abstract class WholePage : IComponent, IHandleEvent
{
    private RenderHandle handle;
    private bool isLoaded;

    void IComponent.Attach(RenderHandle renderHandle) => handle = renderHandle;

    async Task IComponent.SetParametersAsync(ParameterView parameters)
    {
        parameters.SetParameterProperties(this);
        if (!isLoaded)
        {
            isLoaded = true;
            await OnInitializedAsync();
        }
        handle.Render(BuildRenderTree);
    }

    async Task IHandleEvent.HandleEventAsync(EventCallbackWorkItem item, object? arg)
    {
        await item.InvokeAsync(arg);
        handle.Render(BuildRenderTree);
    }

    /// <summary>Loads what the page shows.</summary>
    protected virtual Task OnInitializedAsync() => Task.CompletedTask;

    /// <summary>Draws the page, as its markup says.</summary>
    protected virtual void BuildRenderTree(RenderTreeBuilder builder)
    {
        // A page without markup shows nothing.
    }
}
