// Completes an OCI image layout that buildah has written: adds the health check, which buildah leaves out and Docker reads
// there, and Docker's own list of contents, so that every `docker load` takes the layout. buildah inspect --type image NAME | node eng/image.mjs LAYOUT NAME
import { createHash } from "node:crypto";
import { readFileSync, rmSync, writeFileSync } from "node:fs";

const [layout, name] = process.argv.slice(2);
const blob = (digest) => `${layout}/blobs/${digest.replace(":", "/")}`;
const read = (file) => JSON.parse(readFileSync(file, "utf8"));

// Writes the changed blob under its new digest, and says so in the descriptor that names it.
const replace = (descriptor, changed) => {
  rmSync(blob(descriptor.digest));
  const text = JSON.stringify(changed);
  descriptor.digest = `sha256:${createHash("sha256").update(text).digest("hex")}`;
  descriptor.size = Buffer.byteLength(text);
  writeFileSync(blob(descriptor.digest), text);
};

const index = read(`${layout}/index.json`);
const [entry] = index.manifests;
const manifest = read(blob(entry.digest));
const image = read(blob(manifest.config.digest));

image.config.Healthcheck = read("/dev/stdin").Docker.config.Healthcheck;
replace(manifest.config, image);
replace(entry, manifest);
entry.annotations = { "org.opencontainers.image.ref.name": name.split(":")[1], "io.containerd.image.name": `docker.io/library/${name}` };
writeFileSync(`${layout}/index.json`, JSON.stringify(index));

const path = ({ digest }) => `blobs/${digest.replace(":", "/")}`;
const contents = [{ Config: path(manifest.config), RepoTags: [name], Layers: manifest.layers.map(path) }];
writeFileSync(`${layout}/manifest.json`, JSON.stringify(contents));
