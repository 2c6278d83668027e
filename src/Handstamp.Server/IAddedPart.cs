using Microsoft.AspNetCore.Routing;

namespace Handstamp.Server;

/// <summary>
/// A part that was added to the service, so that the service can map the routes of parts that it does not know.
/// </summary>
interface IAddedPart
{
    /// <summary>Maps the routes of the part, under the base path.</summary>
    void Map(IEndpointRouteBuilder routes);
}
