// The types of elements, attributes and descriptions belong to what this module reads.
@_exported public import StoredArrays
