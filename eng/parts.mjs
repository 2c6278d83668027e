// Completes a CycloneDX list that was made from the NuGet packages of the executable: takes out what only builds, and names
// the parts that come from elsewhere by their real versions. Writes a second list for the images, which also have packages of
// Debian. node eng/parts.mjs LIST SQLITE_HEADER SODIUM_VERSION EPOCH IMAGE_LIST PACKAGE@VERSION...
import { readFileSync, writeFileSync } from "node:fs";

const [list, sqliteHeader, sodium, epoch, imageList, ...packages] = process.argv.slice(2);
const bom = JSON.parse(readFileSync(list, "utf8"));

const builds = /^(Microsoft\.CodeAnalysis\.|Microsoft\.NET\.ILLink|(runtime\.[^.]+\.)?Microsoft\.DotNet\.ILCompiler)/;
const replaced = new Set(["SQLite", "libsodium"]);
const runtime = bom.components.find((part) => part.name === "Microsoft.DotNet.ILCompiler").version;
const sqlite = /#define SQLITE_VERSION\s+"([^"]+)"/.exec(readFileSync(sqliteHeader, "utf8"))[1];

const part = (name, version, license, purl) => ({
  type: "library",
  "bom-ref": purl,
  name,
  version,
  scope: "required",
  licenses: [{ license: { id: license } }],
  purl,
});

const gone = new Set();
bom.components = bom.components.filter(({ name, "bom-ref": ref }) => {
  const stays = !builds.test(name) && !replaced.has(name);
  if (!stays) gone.add(ref);
  return stays;
});
bom.components.push(
  part(".NET runtime", runtime, "MIT", `pkg:nuget/Microsoft.NETCore.App.Runtime.NativeAOT.linux-x64@${runtime}`),
  part("ASP.NET Core", runtime, "MIT", `pkg:nuget/Microsoft.AspNetCore.App.Runtime.linux-x64@${runtime}`),
  part("SQLite", sqlite, "blessing", `pkg:generic/sqlite@${sqlite}`),
  part("libsodium", sodium, "ISC", `pkg:generic/libsodium@${sodium}`),
);
bom.dependencies = bom.dependencies
  .filter(({ ref }) => !gone.has(ref))
  .map(({ dependsOn, ...one }) => (dependsOn ? { ...one, dependsOn: dependsOn.filter((ref) => !gone.has(ref)) } : one));
bom.metadata.timestamp = new Date(epoch * 1000).toISOString().replace(".000", "");

const write = (file, content) => writeFileSync(file, `${JSON.stringify(content, null, 2)}\n`);
write(list, bom);

const licenses = { libc6: "LGPL-2.1-or-later", libssl3: "Apache-2.0", "ca-certificates": "MPL-2.0" };
const debian = packages.map((text) => {
  const [name, version] = text.split("@");
  return part(name, version, licenses[name], `pkg:deb/debian/${name}@${encodeURIComponent(version)}`);
});
write(imageList, {
  ...bom,
  metadata: { ...bom.metadata, component: { ...bom.metadata.component, type: "container" } },
  components: [...bom.components, ...debian],
});
