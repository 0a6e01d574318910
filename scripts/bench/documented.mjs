// The vendor's page as shell scripts: its OpenSSL and awk lines in its order, and curl with its bodies. `sed` takes id and code out of
// the replies, as a person would copy them.

const HEAD = `set -e
BASE="$URL/api/mindconnectmqtt/v3/caCertificates"
field() { sed -n 's/.*"'"$1"'":"\\([^"]*\\)".*/\\1/p'; }
api() { curl -sSf -H "Authorization: Bearer $TOKEN" "$@"; }
`;

const CREATE = `openssl genrsa -out $TENANT.key 2048
openssl req -x509 -new -nodes -key $TENANT.key -sha256 -days 3650 -out $TENANT.pem -subj "/C=$COUNTRY_CODE/ST=$CITY/O=$ORGANIZATION/OU=IT/CN=$TENANT"
`;

const UPLOAD_AND_VERIFY = `CA=$(awk -v ORS='\\\\n' '1' $TENANT.pem)
ID=$(api -H "Content-Type: application/json" -d "{\\"name\\":\\"SampleCACertificate\\",\\"caCertificate\\":\\"$CA\\"}" "$BASE" | field id)
REGISTRATION_CODE=$(api "$BASE/$ID/registrationCode" | field registrationCode)
openssl genrsa -out verificationCert.key 2048
openssl req -new -key verificationCert.key -out verificationCert.csr -subj /CN=$REGISTRATION_CODE
openssl x509 -req -in verificationCert.csr -CA $TENANT.pem -CAkey $TENANT.key -CAcreateserial -out verificationCert.pem -days 7 -sha256
VERIFICATION=$(awk -v ORS='\\\\n' '1' verificationCert.pem)
api -H "Content-Type: application/json" -d "{\\"verificationCertificate\\":\\"$VERIFICATION\\"}" "$BASE/$ID/verify"
`;

/** Encrypts the key as a keyring has it, and stores a secret. The box was sealed before: a shell cannot seal one. */
const ENCRYPT_AND_STORE = `openssl pkcs8 -topk8 -v2 aes-256-cbc -iter 600000 -passout env:PASSPHRASE -in $TENANT.key -out encrypted.key
SECRETS="$GITHUB_API_URL/repos/$GITHUB_REPOSITORY/actions/secrets"
github() { curl -sSf -H "Authorization: Bearer $GITHUB_TOKEN" "$@"; }
KEY_ID=$(github "$SECRETS/public-key" | field key_id)
github -X PUT -d "{\\"encrypted_value\\":\\"$SEALED\\",\\"key_id\\":\\"$KEY_ID\\"}" "$SECRETS/CA_KEYRING"
`;

/**
 * @param calls 3 as on the page (upload, code, verify), or 5 as the action makes them (it lists first, and reads back at the end)
 * @param keeps whether the key is encrypted and stored before the upload
 * @returns a script for `sh`
 */
export function documentedScript({ calls, keeps }) {
  const [list, get] = calls === 5 ? ['api "$BASE"\n', 'api "$BASE/$ID"\n'] : ["", ""];
  return [HEAD, list, CREATE, keeps ? ENCRYPT_AND_STORE : "", UPLOAD_AND_VERIFY, get].join("");
}
