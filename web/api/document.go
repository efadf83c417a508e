package api

import _ "embed"

//go:embed openapi.yaml
var openAPI []byte

// OpenAPI is the description of the API, an OpenAPI document in YAML.
func OpenAPI() []byte { return openAPI }
