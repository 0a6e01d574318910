/**
 * The configuration that is in force for every OpenSSL process, through OPENSSL_CONF. Without a `v3_ca` section the
 * documented `req -x509` exits 0 and writes an X.509 v1 certificate that is no CA (measured on OpenSSL 3.0 and
 * LibreSSL). The extensions are those of the openssl.cnf that OpenSSL ships, and a key usage, which the vendor's Certificate
 * Manager asks for and strict verifiers miss (RFC 5280 §4.2.1.3).
 */
export const OPENSSL_CONFIGURATION = `[req]
distinguished_name = req_distinguished_name
x509_extensions = v3_ca
string_mask = utf8only

[req_distinguished_name]

[v3_ca]
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid:always,issuer
basicConstraints = critical,CA:true
keyUsage = critical,keyCertSign,cRLSign
`;
