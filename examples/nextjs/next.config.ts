/** nines stays a package that Node imports, and its document is taken along where the output is `standalone`. */
export default {
  serverExternalPackages: ["nines"],
  outputFileTracingIncludes: { "/*": ["./slo.yaml"] },
};
