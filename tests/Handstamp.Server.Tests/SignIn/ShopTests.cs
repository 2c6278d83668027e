using Xunit;

namespace Handstamp.Server.Tests.SignIn;

/// <summary>A shop that people sign in to, and a person with an account.</summary>
public abstract class ShopTests : IAsyncLifetime
{
    private protected ShopApp _shop = null!;

    private protected HandstampApp App => _shop.App;

    public virtual async ValueTask InitializeAsync()
    {
        _shop = await ShopApp.StartAsync();
        await App.RegisterAsync();
    }

    public virtual async ValueTask DisposeAsync()
    {
        await _shop.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}
