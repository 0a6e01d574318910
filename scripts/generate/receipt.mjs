// The table of the receipt's fields in docs/reference.md, from docs/receipt.schema.json.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { table } from "./table.mjs";

/** @param {string} root the project's root */
export function receiptTable(root) {
  const schema = JSON.parse(readFileSync(join(root, "docs/receipt.schema.json"), "utf8"));
  return table(["Field", "Type", "Meaning"], fieldsOf(schema, "", schema.$defs));
}

/** @returns a row for each property, those inside it after it */
function fieldsOf({ properties, required = [] }, prefix, definitions) {
  return Object.entries(properties).flatMap(([name, property]) => {
    const path = `${prefix}${name}`;
    const inner = property.properties ? property : property.items?.properties ? property.items : undefined;
    const optional = required.includes(name) ? "" : ", optional";
    return [
      [`\`${path}\``, `${typeOf(property, definitions)}${optional}`, property.description],
      ...(inner ? fieldsOf(inner, property.items ? `${path}[].` : `${path}.`, definitions) : []),
    ];
  });
}

function typeOf(property, definitions) {
  if ("const" in property) return `\`${JSON.stringify(property.const)}\``;
  if (property.enum) return property.enum.map((value) => `\`${JSON.stringify(value)}\``).join(" or ");
  if (property.oneOf) return property.oneOf.map((one) => typeOf(one, definitions)).join(" or ");
  if (property.$ref === "#/$defs/time") return "time";
  const { type, items } = property.$ref ? definitions[property.$ref.replace("#/$defs/", "")] : property;
  if (type !== "array") return [type].flat().join(" or ");
  return `list of ${items.properties ? "objects" : "strings"}`;
}
